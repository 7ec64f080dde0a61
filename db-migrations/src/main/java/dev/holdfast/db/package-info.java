/** The database schema: Flyway's SQL under {@code db/migration} and what runs it. */
@NullMarked
package dev.holdfast.db;

import org.jspecify.annotations.NullMarked;
