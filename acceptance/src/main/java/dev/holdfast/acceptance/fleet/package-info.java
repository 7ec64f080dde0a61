/** A fleet of simulated agents, as many as one manager may have, and what it costs to manage them. */
@NullMarked
package dev.holdfast.acceptance.fleet;

import org.jspecify.annotations.NullMarked;
