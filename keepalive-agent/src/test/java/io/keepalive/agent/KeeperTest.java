package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done with a descriptor, and what is taken for known about it; events as the hooks tell them, no agent here. */
class KeeperTest {
    /** Laxer in the idle time than a program that chose 30 s. */
    private static final KeepAlive POLICY = KeepAlive.parse("idle=60s,interval=7s,count=4");

    private static final int MORE_THAN_ARE_READ_BACK = 150;

    private final Tally tally = new Tally(text -> {}, text -> {});
    private SocketChannel channel;
    private ServerSocketChannel listener;

    @BeforeEach
    void open() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel = SocketChannel.open();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        listener.close();
    }

    @Test
    void newSocket_getsThePolicyAsAWhole_alsoWhenNotLookedAt() throws IOException {
        Keeper keeper = keeper(true);
        manyBefore(keeper);

        connect(keeper, channel);

        assertThat(idle(channel)).isEqualTo(60);
        assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(4);
        assertThat(tally.lines()).anyMatch(line -> line.contains("read back: 100 of 151"));
    }

    @Test
    void programsStricterChoice_isKept_alsoAfterManyThatWereNotLookedAt() throws IOException {
        Keeper keeper = keeper(true);
        manyBefore(keeper);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
        assertThat(set(keeper, channel, 30)).isFalse();

        connect(keeper, channel);

        assertThat(idle(channel)).isEqualTo(30);
        assertThat(tally.lines()).contains("  1 x TCP_KEEPIDLE 30s UNCHANGED (precedence TIGHTEN)");
    }

    @Test
    void programsChoice_isLookedFor_whereTheHooksMayHaveMissedIt() throws IOException {
        Keeper keeper = keeper(false);
        manyBefore(keeper);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);

        connect(keeper, channel);

        assertThat(idle(channel)).isEqualTo(30);
    }

    /** As of systemd, which can hand over a listener that has options. */
    @Test
    void listenersChoice_isInherited_andKept() throws IOException {
        Keeper keeper = keeper(true);
        listener.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
        channel.connect(listener.getLocalAddress());
        try (SocketChannel accepted = listener.accept()) {
            for (int i = 0; i < MORE_THAN_ARE_READ_BACK; i++) {
                accept(keeper, accepted);
            }

            assertThat(idle(accepted)).isEqualTo(30);
            assertThat(tally.lines()).contains("  150 x TCP_KEEPIDLE 30s UNCHANGED (precedence TIGHTEN)");
        }
    }

    @Test
    void listener_isKeptOnce_andWhatItAcceptsInherits() throws IOException {
        Keeper keeper = keeper(true);
        listen(keeper);
        channel.connect(listener.getLocalAddress());
        try (SocketChannel accepted = listener.accept()) {
            assertThat(accepted.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(idle(accepted)).isEqualTo(60);
            for (int i = 0; i < MORE_THAN_ARE_READ_BACK; i++) {
                accept(keeper, accepted);
            }

            assertThat(tally.lines())
                    .anyMatch(line -> line.endsWith("read back: 100 of 150, inherited from their listener: 50"))
                    .contains("  100 x TCP_KEEPIDLE 60s APPLIED");
            // What the program then does to one is judged as ever.
            assertThat(set(keeper, accepted, 90)).isTrue();
        }
    }

    @Test
    void listenerOfWhichTheProgramChose_isNotTouched() throws IOException {
        listener.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

        listen(keeper(true));

        assertThat(listener.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(systemIdle());
    }

    @Test
    void listenerOnWhichTheProgramChoosesLater_isNotReliedOn() throws IOException {
        Keeper keeper = keeper(true);
        listen(keeper);
        assertThat(keeper.test(
                        "set",
                        new Object[] {descriptor(listener), "SocketChannel", ExtendedSocketOptions.TCP_KEEPIDLE, 30}))
                .isFalse();
        listener.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
        channel.connect(listener.getLocalAddress());
        try (SocketChannel accepted = listener.accept()) {
            accept(keeper, accepted);

            assertThat(idle(accepted)).isEqualTo(30);
            assertThat(tally.lines()).contains("  1 x TCP_KEEPIDLE 30s UNCHANGED (precedence TIGHTEN)");
        }
    }

    /** As a kernel does whose sockets don't inherit. */
    @Test
    void acceptedSocketThatInheritedNothing_isSet_andThatIsReported() throws IOException {
        Keeper keeper = keeper(true);
        listen(keeper);
        listener.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, systemIdle());
        channel.connect(listener.getLocalAddress());
        try (SocketChannel accepted = listener.accept()) {
            accept(keeper, accepted);

            assertThat(idle(accepted)).isEqualTo(60);
            assertThat(tally.failures().keySet())
                    .singleElement()
                    .asString()
                    .startsWith("a SocketChannel was accepted without its listener's options")
                    .contains("OVERRIDDEN");
            accept(keeper, accepted);
            assertThat(tally.failures()).hasSize(1);
        }
    }

    @Test
    void listener_isNotKept_whereTheRuleDependsOnThePeer() throws IOException {
        listen(keeper("from 10.0.0.0/8 exclude; idle=60s"));

        assertThat(listener.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(systemIdle());
    }

    @ParameterizedTest
    @ValueSource(strings = {"precedence=observe", "precedence=respect", "from * exclude", "idle=40000s"})
    void listener_isLeftAsItWas_whereItsConnectionsMayNotAllBeGivenThePolicy(String settings) throws IOException {
        listen(keeper(settings));

        assertThat(listener.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(systemIdle());
        assertThat(new DescriptorSocket(descriptor(listener), "ServerSocketChannel").isUntouched())
                .isTrue();
    }

    @Test
    void listener_isGivenBack_whenTheSettingsChange_andWhenTheAgentLeaves() throws IOException {
        Keeper keeper = keeper(true);
        DescriptorSocket socket = new DescriptorSocket(descriptor(listener), "ServerSocketChannel");
        listen(keeper);
        assertThat(socket.isUntouched()).isFalse();
        keeper.settings(settings("idle=90s"));
        assertThat(socket.isUntouched()).isTrue();

        listen(keeper);
        assertThat(listener.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(90);
        keeper.release();
        assertThat(socket.isUntouched()).isTrue();

        listen(keeper);
        assertThat(socket.isUntouched()).isTrue();
    }

    @Test
    void laxerCallLater_isRefused_aStricterOneIsNot() throws IOException {
        Keeper keeper = keeper(true);
        connect(keeper, channel);

        assertThat(set(keeper, channel, 90)).isTrue();
        assertThat(set(keeper, channel, 30)).isFalse();
        assertThat(tally.laterCalls()).hasSize(2);
    }

    @Test
    void closedDescriptor_isReported_andNoFailureOfTheAgent() throws IOException {
        FileDescriptor closed = descriptor(channel);
        channel.close();

        assertThat(keeper(true).test("connect", new Object[] {closed, "SocketChannel", loopback(), 1}))
                .isFalse();
        assertThat(tally.failures()).isEmpty();
        assertThat(tally.lines()).anyMatch(line -> line.contains("Bad file descriptor"));
    }

    @Test
    void unknownEvent_isCounted_andNeverThrown() {
        assertThat(keeper(true).test("strange", new Object[0])).isFalse();

        assertThat(tally.failures()).hasSize(1);
    }

    @Test
    void untouched_isASocketWithoutAnyChoice() throws IOException {
        DescriptorSocket socket = new DescriptorSocket(descriptor(channel), "SocketChannel");
        assertThat(socket.isUntouched()).isTrue();
        assertThat(socket.isTcp()).isTrue();
        assertThat(socket.peer()).isNull();

        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);

        assertThat(socket.isUntouched()).isFalse();
    }

    @Test
    void isSet_isTrueOnlyIfEveryOptionWasTaken() throws IOException {
        DescriptorSocket socket = new DescriptorSocket(descriptor(channel), "SocketChannel");

        assertThat(ConnectionKeeper.isSet(SocketKeeper.of(POLICY).set(socket))).isTrue();
        assertThat(idle(channel)).isEqualTo(60);
        // More than Linux takes, see tcp(7).
        assertThat(ConnectionKeeper.isSet(
                        SocketKeeper.of(KeepAlive.parse("idle=40000s")).set(socket)))
                .isFalse();
    }

    private Keeper keeper(boolean missedNothing) {
        Rule rule = Rule.of(POLICY.toString(), null, null, 0, POLICY);
        Settings settings = new Settings(List.of(rule), Precedence.TIGHTEN, false, false, null);
        return keeper(settings, missedNothing);
    }

    private Keeper keeper(String settings) {
        return keeper(settings(settings), true);
    }

    private Keeper keeper(Settings settings, boolean missedNothing) {
        Map<Object, Object> table = new HashMap<>();
        return new Keeper(
                settings,
                new Connections(table::put, table::get),
                tally,
                new Losses(text -> {}),
                () -> missedNothing,
                () -> {});
    }

    private static Settings settings(String text) {
        return SettingsText.parse(new SettingsText.Source("test", text));
    }

    private void listen(Keeper keeper) {
        assertThat(keeper.test("listen", new Object[] {descriptor(listener), "SocketChannel"}))
                .isFalse();
    }

    private void accept(Keeper keeper, SocketChannel accepted) throws IOException {
        assertThat(keeper.test("accept", new Object[] {
                    descriptor(accepted), "SocketChannel", accepted.getRemoteAddress(), descriptor(listener)
                }))
                .isFalse();
    }

    private static int systemIdle() throws IOException {
        try (SocketChannel fresh = SocketChannel.open()) {
            return idle(fresh);
        }
    }

    private static void manyBefore(Keeper keeper) throws IOException {
        try (SocketChannel other = SocketChannel.open()) {
            for (int i = 0; i < MORE_THAN_ARE_READ_BACK; i++) {
                connect(keeper, other);
            }
        }
    }

    private static void connect(Keeper keeper, SocketChannel channel) {
        assertThat(keeper.test("connect", new Object[] {descriptor(channel), "SocketChannel", loopback(), 5432}))
                .isFalse();
    }

    private static boolean set(Keeper keeper, SocketChannel channel, int idleSeconds) {
        return keeper.test(
                "set",
                new Object[] {descriptor(channel), "SocketChannel", ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds});
    }

    private static int idle(SocketChannel channel) throws IOException {
        return channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE);
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private static FileDescriptor descriptor(NetworkChannel channel) {
        try {
            Field field = channel.getClass().getDeclaredField("fd");
            field.setAccessible(true);
            return (FileDescriptor) field.get(channel);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the channel has no field fd", e);
        }
    }
}
