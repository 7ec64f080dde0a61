/** A short form of the torture, and tests of how it counts. */
@NullMarked
package dev.holdfast.acceptance.torture;

import org.jspecify.annotations.NullMarked;
