/** Tests of the demo. */
@NullMarked
package dev.holdfast.acceptance.demo;

import org.jspecify.annotations.NullMarked;
