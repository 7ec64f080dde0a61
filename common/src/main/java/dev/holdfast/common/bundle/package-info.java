/** Bundles: the files of an image as a .tar.gz, made the same way every time and unpacked without trust. */
@NullMarked
package dev.holdfast.common.bundle;

import org.jspecify.annotations.NullMarked;
