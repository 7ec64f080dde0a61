/** Tests that the servers answer as the clients expect, without Holdfast. */
@NullMarked
package dev.holdfast.acceptance.server;

import org.jspecify.annotations.NullMarked;
