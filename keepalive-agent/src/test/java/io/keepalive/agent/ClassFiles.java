package io.keepalive.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Which class files the agent's edits fit into, found from the files alone: nothing of them is loaded or run. */
final class ClassFiles {
    private ClassFiles() {}

    /**
     * A class file.
     *
     * @param missing what the edits do not find; empty if all fit
     */
    record Row(String source, String className, List<String> missing) {
        @Override
        public String toString() {
            return "| " + source + " | " + className.substring(className.lastIndexOf('/') + 1) + " | "
                    + (missing.isEmpty() ? "fits" : "lacks " + String.join(", ", missing)) + " |";
        }
    }

    /** The classes of a JDK's home or of a jar. */
    static List<Row> of(Path path) throws IOException {
        return Files.isDirectory(path) ? ofJdk(path) : ofJar(path);
    }

    /** The classes of a JDK on this system, whichever JDK looks at them. */
    static List<Row> ofJdk(Path home) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (FileSystem image = FileSystems.newFileSystem(URI.create("jrt:/"), Map.of("java.home", home.toString()))) {
            for (Target target : Target.OF_JDK) {
                byte[] bytes = Files.readAllBytes(image.getPath("/modules/java.base", target.name() + ".class"));
                rows.add(row(version(home), target.name(), bytes, target));
            }
            String name = Target.MANAGEMENT.name();
            Path management = image.getPath("/modules/java.management", name + ".class");
            if (Files.exists(management)) {
                rows.add(row(version(home), name, Files.readAllBytes(management), Target.MANAGEMENT));
            }
        }
        return rows;
    }

    private static String version(Path home) throws IOException {
        return Files.readAllLines(home.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> "JDK " + line.substring(14, line.length() - 1))
                .findFirst()
                .orElse(home.toString());
    }

    /** The classes of a jar that are targets. */
    static List<Row> ofJar(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            Enumeration<JarEntry> entries = jar.entries();
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                    String className = name.substring(0, name.length() - 6);
                    Target target = Target.of(ClassFiles.class.getClassLoader(), className);
                    if (target != null) {
                        try (InputStream input = jar.getInputStream(jar.getEntry(name))) {
                            rows.add(row(String.valueOf(file.getFileName()), className, input.readAllBytes(), target));
                        }
                    }
                }
            }
        }
        return rows;
    }

    private static Row row(String source, String className, byte[] bytes, Target target) {
        return new Row(source, className, Weaver.missing(bytes, target));
    }
}
