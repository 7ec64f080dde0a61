/** holdfast upgrade. */
@NullMarked
package dev.holdfast.cli.upgrade;

import org.jspecify.annotations.NullMarked;
