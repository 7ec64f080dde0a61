/** What a manager does for its callers, tried through its ports on a real PostgreSQL. */
@NullMarked
package dev.holdfast.manager.contract;

import org.jspecify.annotations.NullMarked;
