package dev.holdfast.agent.process;

import dev.holdfast.agent.process.ManagedProcess.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** The managed processes by id: on disk before in memory, in memory before anyone is told. */
final class ProcessRegistry {
    private final ProcessStore store;
    private final Map<String, ManagedProcess> processes = new ConcurrentSkipListMap<>();
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    ProcessRegistry(ProcessStore store) {
        this.store = store;
        store.load().forEach(process -> processes.put(process.processId(), process));
    }

    List<ManagedProcess> all() {
        return List.copyOf(processes.values());
    }

    Optional<ManagedProcess> get(String id) {
        return Optional.ofNullable(processes.get(id));
    }

    /** Whoever comes second with an id gets false. */
    synchronized boolean add(ManagedProcess process) {
        if (processes.containsKey(process.processId())) {
            return false;
        }
        put(process);
        return true;
    }

    void put(ManagedProcess process) {
        store.save(process);
        processes.put(process.processId(), process);
        listeners.forEach(Runnable::run);
    }

    void end(ManagedProcess process, State how, String why) {
        put(process.ended(how, why));
    }

    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Waits until nobody else has the process. Not tied to a thread. */
    ProcessLock lock(String id) throws InterruptedException {
        Semaphore semaphore = locks.computeIfAbsent(id, _ -> new Semaphore(1, true));
        semaphore.acquire();
        return new ProcessLock(semaphore::release);
    }
}
