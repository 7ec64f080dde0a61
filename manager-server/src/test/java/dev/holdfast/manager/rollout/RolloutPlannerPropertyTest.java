package dev.holdfast.manager.rollout;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens, {@link Invariants} hold with every action, and an upgrade ends. */
class RolloutPlannerPropertyTest {
    private static final List<Tuple.Tuple2<Integer, Happening.Kind>> KINDS = List.of(
            Tuple.of(24, Happening.Kind.PROGRESS_WELL),
            Tuple.of(12, Happening.Kind.WAKE),
            Tuple.of(6, Happening.Kind.RESUME),
            Tuple.of(6, Happening.Kind.APPROVE),
            Tuple.of(4, Happening.Kind.TIME),
            Tuple.of(4, Happening.Kind.AGENT),
            Tuple.of(3, Happening.Kind.PROGRESS),
            Tuple.of(2, Happening.Kind.RESET),
            Tuple.of(2, Happening.Kind.PROCESS),
            Tuple.of(2, Happening.Kind.HOST_QUERY),
            Tuple.of(2, Happening.Kind.WAVE_QUERY),
            Tuple.of(1, Happening.Kind.FORGET),
            Tuple.of(1, Happening.Kind.PAUSE),
            Tuple.of(1, Happening.Kind.ABORT),
            Tuple.of(1, Happening.Kind.ROLLBACK));

    @Provide
    Arbitrary<Spec> specs() {
        return Specs.all();
    }

    /** Work goes on and time passes more often than things go wrong. */
    @Provide
    Arbitrary<List<Happening>> courses() {
        return Combinators.combine(
                        Arbitraries.frequency(KINDS),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 30))
                .as(Happening::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
    void endsOnceTheWorldSettles(
            @ForAll("specs") Spec spec,
            @ForAll("courses") List<Happening> course,
            @ForAll @IntRange(min = 1, max = 9) int hosts,
            @ForAll @IntRange(min = 1, max = 3) int processes,
            @ForAll End cycles) {
        Drive drive = run(spec, course, hosts, processes);
        drive.fleet.isPaused = false;
        drive.fleet.hosts.forEach(host -> host.isConnected = true);
        drive.settle(cycles, turns(drive));
    }

    /** Also when agents stay away, and nobody approves what waits for it. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void endsOnceStopped(
            @ForAll("specs") Spec spec,
            @ForAll("courses") List<Happening> course,
            @ForAll @IntRange(min = 1, max = 9) int hosts,
            @ForAll boolean back,
            @ForAll End cycles) {
        Drive drive = run(spec, course, hosts, 2);
        drive.fleet.isPaused = false;
        drive.fleet.stop("stopped", back);
        drive.settle(cycles, turns(drive));
    }

    private static Drive run(Spec spec, List<Happening> course, int hosts, int processes) {
        Drive drive = new Drive(new ModelFleet(spec, Specs.hosts(hosts), processes));
        drive.run();
        for (Happening happening : course) {
            drive.happen(happening);
            drive.run();
        }
        return drive;
    }

    /** Each cycle begins and ends, forth and back, and each host and wave has its times. */
    private static int turns(Drive drive) {
        int cycles = drive.fleet.hosts.stream().mapToInt(host -> host.processes).sum();
        return 20 + 4 * cycles + 8 * (drive.fleet.hosts.size() + drive.fleet.waves.size());
    }
}
