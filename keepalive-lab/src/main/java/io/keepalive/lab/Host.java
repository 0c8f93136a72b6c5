package io.keepalive.lab;

import java.util.List;
import java.util.stream.Stream;

/**
 * One of the three hosts of a lab: client, router or server. A network namespace of its own; files, users and
 * environment are those of this machine, except that /run is empty.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class Host {
    private final NatLab lab;
    private final Site site;

    Host(NatLab lab, Site site) {
        this.lab = lab;
        this.site = site;
    }

    /**
     * Where it is reached.
     *
     * @return an IPv4 address
     */
    public String address() {
        return site.address();
    }

    /**
     * A program to be run on this host.
     *
     * @param program a path, or a name looked up in the PATH and the administrator's directories
     * @param arguments passed as they are, no shell in between
     * @return to be configured and started
     */
    public Command command(String program, String... arguments) {
        return new Command(
                lab,
                site,
                Stream.concat(Stream.of(program), Stream.of(arguments)).toList());
    }

    /**
     * Starts a main class in a JVM of its own on this host: {@link #javaCommand} with all its defaults.
     *
     * @param main a class with a main method, on this JVM's class path; it may be nested or package-private
     * @param arguments of the main method
     * @return the started process
     */
    public LabProcess java(Class<?> main, String... arguments) {
        return javaCommand(main, arguments).start();
    }

    /**
     * A main class to be run in a JVM of its own on this host.
     *
     * @param main a class with a main method, on this JVM's class path; it may be nested or package-private
     * @param arguments of the main method
     * @return to be configured and started
     */
    public JavaCommand javaCommand(Class<?> main, String... arguments) {
        return new JavaCommand(lab, site, main, List.of(arguments));
    }

    /**
     * Starts to capture this host's packets with tcpdump, and returns when it listens.
     *
     * @param filter as in tcpdump, for example {@code tcp port 7000}; empty for all packets
     * @return a capture that is to be closed, at the latest with the lab
     * @throws LabException if tcpdump is missing or refuses the filter
     */
    public Capture capture(String filter) {
        lab.tools().require("tcpdump");
        return Capture.start(this, filter);
    }

    @Override
    public String toString() {
        return site + " " + address();
    }
}
