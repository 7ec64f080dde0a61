package dev.holdfast.acceptance.fleet;

import java.util.List;
import java.util.stream.IntStream;

/** Simulated agents, one for each host. */
final class Fleet implements AutoCloseable {
    private final Network network;
    private final Tally tally = new Tally();
    private final List<SimulatedAgent> agents;

    Fleet(int hosts, List<String> managers) {
        network = new Network(managers);
        agents = IntStream.range(0, hosts)
                .mapToObj(number -> new SimulatedAgent(number, network, tally))
                .toList();
    }

    /** All at once. */
    void dial() {
        agents.forEach(SimulatedAgent::dial);
    }

    List<SimulatedAgent> agents() {
        return agents;
    }

    List<String> names() {
        return agents.stream().map(SimulatedAgent::name).toList();
    }

    Tally tally() {
        return tally;
    }

    @Override
    public void close() {
        agents.forEach(SimulatedAgent::close);
        network.close();
    }
}
