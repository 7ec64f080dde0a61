/** Failures, told in one message with the way out. */
@NullMarked
package dev.holdfast.cli.failure;

import org.jspecify.annotations.NullMarked;
