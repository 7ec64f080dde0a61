/** The manager as its operators see it, over its admin API. */
@NullMarked
package dev.holdfast.acceptance.admin;

import org.jspecify.annotations.NullMarked;
