/** The agent's line to its manager: one stream, dialled again for ever. */
@NullMarked
package dev.holdfast.agent.link;

import org.jspecify.annotations.NullMarked;
