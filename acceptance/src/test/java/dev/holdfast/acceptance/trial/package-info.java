/** Tests of what trials conclude. */
@NullMarked
package dev.holdfast.acceptance.trial;

import org.jspecify.annotations.NullMarked;
