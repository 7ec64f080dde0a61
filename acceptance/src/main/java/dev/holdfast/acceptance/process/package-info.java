/** Manager and agents as real processes of their own, none of which may stay behind. */
@NullMarked
package dev.holdfast.acceptance.process;

import org.jspecify.annotations.NullMarked;
