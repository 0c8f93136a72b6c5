package io.keepalive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** This build's version, and what it runs on: what a bug report needs. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        try (InputStream file = Version.class.getResourceAsStream("version.txt")) {
            if (file == null) {
                throw new IOException("version.txt is missing beside " + Version.class.getName());
            }
            String version = new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
            return new String[] {
                "keepalive " + version,
                "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.version") + " " + System.getProperty("os.arch")
            };
        }
    }
}
