@NullMarked
package dev.holdfast.cli.docker;

import org.jspecify.annotations.NullMarked;
