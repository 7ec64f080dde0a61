/** Takes over the sockets of one server and hands them to another: hold, pause, quiesce, graft. Knows no manager. */
@NullMarked
package dev.holdfast.agent.takeover;

import org.jspecify.annotations.NullMarked;
