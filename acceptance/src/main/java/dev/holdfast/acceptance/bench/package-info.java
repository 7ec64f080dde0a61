/** What a takeover costs. */
@NullMarked
package dev.holdfast.acceptance.bench;

import org.jspecify.annotations.NullMarked;
