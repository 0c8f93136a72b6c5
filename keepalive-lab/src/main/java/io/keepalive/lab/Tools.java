package io.keepalive.lab;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the programs are that the lab drives.
 *
 * @param directories searched in this order
 */
record Tools(List<Path> directories) {

    /** Program to Debian package; other distributions use the same or nearly the same names. */
    private static final Map<String, String> PACKAGES = Map.of(
            "unshare", "util-linux",
            "nsenter", "util-linux",
            "mount", "mount",
            "ip", "iproute2",
            "nft", "nftables",
            "tcpdump", "tcpdump",
            "conntrack", "conntrack");

    private static final List<String> NEEDED = List.of("unshare", "nsenter", "mount", "ip", "nft");

    Tools {
        directories = List.copyOf(directories);
    }

    /** The search path of this JVM, and the administrator's directories, which other users' search paths often lack. */
    static Tools ofThisMachine() {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return new Tools(Stream.concat(
                        Stream.of(path.split(File.pathSeparator)).filter(entry -> !entry.isEmpty()),
                        Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
                .distinct()
                .map(Path::of)
                .toList());
    }

    /** As a value of the environment variable PATH. */
    String searchPath() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    boolean has(String program) {
        return directories.stream().anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
    }

    /** Refuses with one message for all that is missing. */
    void requireAllNeeded() {
        require(NEEDED);
    }

    void require(String program) {
        require(List.of(program));
    }

    private void require(List<String> programs) {
        List<String> missing =
                programs.stream().filter(program -> !has(program)).toList();
        if (!missing.isEmpty()) {
            throw new LabException("not found on the search path: "
                    + missing.stream().map(Tools::withPackage).collect(Collectors.joining(", "))
                    + "; install with: apt-get install "
                    + missing.stream().map(PACKAGES::get).distinct().collect(Collectors.joining(" ")));
        }
    }

    private static String withPackage(String program) {
        return program + " (Debian package " + PACKAGES.get(program) + ")";
    }
}
