/** holdfast process. */
@NullMarked
package dev.holdfast.cli.process;

import org.jspecify.annotations.NullMarked;
