package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Priority;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls of a takeover, a few thousand of each, at connections and a process of the agent's own: so that they are
 * compiled before clients wait for them, and not while they do.
 */
public final class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
    /** With a third of it a takeover of 8,000 connections took half as long again. */
    private static final int TIMES = 6_000;

    /** With fewer connections the takeover is over before anything would be compiled. */
    private static final int WORTH_IT = 500;

    private static final int ANY = Wait.WALL | Wait.WNOTHREAD;
    private static final AtomicBoolean DONE = new AtomicBoolean();

    private Rehearsal() {}

    /**
     * Once for an agent. What goes wrong here costs only time.
     *
     * @param connections how many are about to be taken over
     * @param policy how
     */
    public static void before(int connections, Takeover policy) {
        if (connections >= WORTH_IT && DONE.compareAndSet(false, true)) {
            long start = System.nanoTime();
            Thread rehearsal = Thread.ofPlatform().name("rehearsal").start(() -> rehearse(policy));
            try {
                rehearsal.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            log.debug("rehearsed in {} ms", (System.nanoTime() - start) / 1_000_000);
        }
    }

    /** On a thread of its own, which stays behind: the server has clients, for whom all this takes a CPU. */
    private static void rehearse(Takeover policy) {
        Priority.stepBack();
        try {
            Thread tracer = Thread.ofPlatform().name("rehearsal").start(Rehearsal::stops);
            DressRehearsal.run(policy);
            tracer.join();
        } catch (IOException | SyscallException | TakeoverException | ProcessException e) {
            log.warn("the takeover could not be rehearsed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On a thread of its own, which ends with what it traced. */
    private static void stops() {
        try (Waker actor = new Waker()) {
            Registers registers = new Registers();
            for (int i = 0; i < TIMES; i++) {
                actor.wake();
                Wait.Status status = Wait.waitpid(actor.pid(), ANY).orElseThrow();
                Ptrace.registers(actor.pid(), registers);
                long stack = registers.rsp();
                int there = ProcessMemory.readInt(actor.pid(), stack);
                ProcessMemory.write(actor.pid(), stack, new byte[0], 0, stack, there);
                Ptrace.setRegisters(actor.pid(), registers);
                actor.answer(status);
            }
        } catch (SyscallException | TakeoverException e) {
            log.warn("stops could not be rehearsed: {}", e.getMessage());
        }
    }
}
