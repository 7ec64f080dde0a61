/** A small ordinary HTTP server that knows nothing of Holdfast. */
@NullMarked
package dev.holdfast.acceptance.shop;

import org.jspecify.annotations.NullMarked;
