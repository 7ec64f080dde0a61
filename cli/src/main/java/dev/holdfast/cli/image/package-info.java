/** holdfast image. */
@NullMarked
package dev.holdfast.cli.image;

import org.jspecify.annotations.NullMarked;
