/** Tests of the judge. */
@NullMarked
package dev.holdfast.acceptance.load;

import org.jspecify.annotations.NullMarked;
