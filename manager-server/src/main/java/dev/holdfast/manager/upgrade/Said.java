package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.store.CycleState;
import java.time.Instant;

/** What an agent said of a cycle that goes on. */
record Said(AgentSession session, String cycle, CycleState state, Instant time, String detail) implements Saying {}
