package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.resolver.AddressResolver;
import io.netty.util.NetUtil;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** A modular program on NIO, with none of Netty's native transports around, keeps its channels. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "prints what Linux holds")
class NamedModuleIT {
    @TempDir
    Path directory;

    @Test
    void namedModule_withoutNativeTransports_keepsNioChannels() throws Exception {
        String modulePath = Stream.of(
                        ChannelKeeper.class,
                        KeepAlive.class,
                        Bootstrap.class,
                        ByteBuf.class,
                        AddressResolver.class,
                        NetUtil.class,
                        Logger.class)
                .map(NamedModuleIT::jarOf)
                .collect(Collectors.joining(File.pathSeparator));
        Path moduleInfo = Files.writeString(
                directory.resolve("module-info.java"), "module user { requires io.keepalive.netty; }");
        Path main = Files.writeString(
                Files.createDirectories(directory.resolve("user")).resolve("Main.java"), """
                package user;

                import io.keepalive.KeepAlive;
                import io.keepalive.netty.ChannelKeeper;
                import io.netty.channel.socket.nio.NioSocketChannel;

                public class Main {
                    public static void main(String[] args) throws Exception {
                        System.out.println(ChannelKeeper.class.getModule());
                        NioSocketChannel channel = new NioSocketChannel();
                        System.out.println(ChannelKeeper.of(KeepAlive.defaults()).keep(channel).getNow());
                        System.out.println(ChannelKeeper.of(KeepAlive.off())
                                .keep(new io.netty.channel.embedded.EmbeddedChannel()).getNow());
                    }
                }
                """);
        Path classes = directory.resolve("classes");
        StringWriter messages = new StringWriter();
        PrintWriter writer = new PrintWriter(messages);
        int exitCode = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        writer,
                        writer,
                        "-d",
                        classes.toString(),
                        "-p",
                        modulePath,
                        moduleInfo.toString(),
                        main.toString());
        assertThat(exitCode).as(messages.toString()).isZero();

        Process program = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        modulePath + File.pathSeparator + classes,
                        "-m",
                        "user/user.Main"))
                .redirectError(directory.resolve("errors").toFile())
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(output.lines())
                .as(Files.readString(directory.resolve("errors")))
                .containsExactly(
                        "module io.keepalive.netty",
                        "SocketChannel[SO_KEEPALIVE on APPLIED, TCP_KEEPIDLE 30s APPLIED, TCP_KEEPINTVL 5s APPLIED,"
                                + " TCP_KEEPCNT 6 APPLIED]",
                        "EmbeddedChannel[SO_KEEPALIVE UNSUPPORTED (requested off; not a TCP channel of a transport with"
                                + " keepalive options)]");
    }

    private static String jarOf(Class<?> type) {
        try {
            Path path = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            assertThat(path).as("integration tests run against packaged jars").isRegularFile();
            return path.toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
