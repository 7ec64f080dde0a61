/** Tests that nothing stays behind. */
@NullMarked
package dev.holdfast.acceptance.process;

import org.jspecify.annotations.NullMarked;
