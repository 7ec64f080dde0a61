/** holdfast tenant. */
@NullMarked
package dev.holdfast.cli.tenant;

import org.jspecify.annotations.NullMarked;
