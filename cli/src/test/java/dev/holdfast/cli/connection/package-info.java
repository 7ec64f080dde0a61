/** Tests of the connection to the manager. */
@NullMarked
package dev.holdfast.cli.connection;

import org.jspecify.annotations.NullMarked;
