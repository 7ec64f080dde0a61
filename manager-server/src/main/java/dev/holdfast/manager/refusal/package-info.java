/** What a caller is told when a request is refused. */
@NullMarked
package dev.holdfast.manager.refusal;

import org.jspecify.annotations.NullMarked;
