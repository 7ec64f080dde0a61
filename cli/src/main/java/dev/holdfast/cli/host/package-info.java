/** holdfast host. */
@NullMarked
package dev.holdfast.cli.host;

import org.jspecify.annotations.NullMarked;
