package io.keepalive.lab;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Packets that pass through a {@link Host}, one line each as tcpdump prints them: time, interface, In or Out, addresses,
 * flags. A packet that the router forwards passes twice: In on one side, Out on the other.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class Capture implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final LabProcess tcpdump;

    private Capture(LabProcess tcpdump) {
        this.tcpdump = tcpdump;
    }

    static Capture start(Host host, String filter) {
        // -Z root: stay who we are; the user that packagers have chosen need not exist in here.
        LabProcess tcpdump = host.command(
                        "tcpdump", "-i", "any", "-n", "-l", "--immediate-mode", "-Z", "root", "--", filter)
                .environment("LC_ALL", "C")
                .start();
        try {
            tcpdump.awaitLine(line -> line.startsWith("listening on"), START_LIMIT);
        } catch (LabException e) {
            if (tcpdump.lines().stream().anyMatch(line -> line.contains("Couldn't change to"))) {
                throw new LabException(
                        "tcpdump insists on changing its user, which a rootless lab forbids: run as root, or count"
                                + " packets with NatLab.conntrack()",
                        e);
            }
            throw e;
        }
        return new Capture(tcpdump);
    }

    /**
     * The packets so far.
     *
     * @return a copy
     */
    public List<String> packets() {
        return tcpdump.lines().stream().filter(Capture::isPacket).toList();
    }

    /**
     * Waits for a packet. The search goes on behind the packet that the last call found.
     *
     * @param wanted accepts the line
     * @param limit how long to wait
     * @return the line
     * @throws LabException if the time is over; the message shows all lines
     */
    public String awaitPacket(Predicate<? super String> wanted, Duration limit) {
        return tcpdump.awaitLine(line -> isPacket(line) && wanted.test(line), limit);
    }

    /** Ends the capture; {@link #packets} stays readable. Idempotent. */
    @Override
    public void close() {
        tcpdump.close();
    }

    /** Packets start with the time of day, tcpdump's remarks with a word. */
    private static boolean isPacket(String line) {
        return line.length() > 2 && Character.isDigit(line.charAt(0)) && line.charAt(2) == ':';
    }
}
