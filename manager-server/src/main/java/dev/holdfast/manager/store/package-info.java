/** Rows and the SQL that reads and writes them; decides nothing. */
@NullMarked
package dev.holdfast.manager.store;

import org.jspecify.annotations.NullMarked;
