/** The database server and the connections to it. */
@NullMarked
package dev.holdfast.manager.postgres;

import org.jspecify.annotations.NullMarked;
