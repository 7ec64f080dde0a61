package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;

/** What an agent reported of a cycle that is over. */
record Reported(AgentSession session, String cycle, ReportedCycle report) implements Saying {}
