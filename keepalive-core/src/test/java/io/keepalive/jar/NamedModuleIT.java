package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A modular program that requires io.keepalive.core, and nothing else, has the extended socket options. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "prints what Linux holds")
class NamedModuleIT {
    @TempDir
    Path directory;

    @Test
    void namedModule_hasTheExtendedOptions() throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/user"));
        Path moduleInfo = Files.writeString(
                directory.resolve("src/module-info.java"), "module user { requires io.keepalive.core; }");
        Path main = Files.writeString(sources.resolve("Main.java"), """
                package user;

                import io.keepalive.KeepAlive;
                import io.keepalive.socket.SocketKeeper;
                import java.net.Socket;

                public class Main {
                    public static void main(String[] args) throws Exception {
                        try (Socket socket = new Socket()) {
                            System.out.println(Main.class.getModule());
                            System.out.println(KeepAlive.class.getModule());
                            System.out.println(SocketKeeper.of(KeepAlive.defaults()).keep(socket).orThrow());
                        }
                    }
                }
                """);
        Path classes = directory.resolve("classes");
        // Without JSpecify's annotations on the module path, as most users will compile.
        compile(
                "-Werror",
                "-Xlint:all",
                "-d",
                classes.toString(),
                "-p",
                PublishedJar.path().toString(),
                moduleInfo.toString(),
                main.toString());

        String output = PublishedJar.java(
                List.of("-p", PublishedJar.path() + java.io.File.pathSeparator + classes, "-m", "user/user.Main"));

        assertThat(output.lines())
                .containsExactly(
                        "module user",
                        "module io.keepalive.core",
                        "Socket[SO_KEEPALIVE on APPLIED, TCP_KEEPIDLE 30s APPLIED, TCP_KEEPINTVL 5s APPLIED,"
                                + " TCP_KEEPCNT 6 APPLIED]");
    }

    private static void compile(String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exitCode = ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments);
        assertThat(exitCode).as(output.toString()).isZero();
        assertThat(output.toString()).isEmpty();
    }
}
