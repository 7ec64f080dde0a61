@NullMarked
package dev.holdfast.cli.failure;

import org.jspecify.annotations.NullMarked;
