package io.keepalive.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;

/** An unmodified program: {@code src/test/programs/Idler.java}, compiled and packed without this module's class path. */
final class ForeignJar {
    private ForeignJar() {}

    static Path create(Path directory) throws IOException {
        Path source = Path.of(System.getProperty("programs.source"), "Idler.java");
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", "", "-d", directory.toString(), source.toString());
        if (result != 0) {
            throw new IOException("javac: " + result);
        }
        Path jar = directory.resolve("idler.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Idler");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream output = new JarOutputStream(file, manifest)) {
            output.putNextEntry(new JarEntry("Idler.class"));
            Files.copy(directory.resolve("Idler.class"), output);
        }
        return jar;
    }
}
