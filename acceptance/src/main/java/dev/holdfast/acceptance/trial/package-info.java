/** One real server taken from version to version while clients use it. */
@NullMarked
package dev.holdfast.acceptance.trial;

import org.jspecify.annotations.NullMarked;
