package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.TestCertificate;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.angus.mail.imap.IdleManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jakarta Mail (Angus) over IMAP, which waits for mail on idle connections by design. */
@NeedsServer(ServerProgram.SS)
class MailIT {
    private static final String FACTORY = "io.keepalive.socket.KeepAliveSocketFactory";

    private final SocketKeeper keeper = SocketKeeper.of(POLICY);

    @AfterEach
    void forget() {
        System.clearProperty("keepalive.policy");
    }

    @Test
    void byClassName_isKept() throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());
        Properties properties = new Properties();
        properties.setProperty("mail.imap.socketFactory.class", FACTORY);
        properties.setProperty("mail.imap.socketFactory.fallback", "false");

        try (ImapServer server = ImapServer.plain();
                Store store = connect(properties, "imap", server)) {
            assertThat(store.isConnected()).isTrue();
            Evidence.assertKept("Jakarta Mail", server.clientPort(), server.port());
        }
    }

    @Test
    void tls_overTheFactorysSocket_isKept() throws Exception {
        Properties properties = new Properties();
        properties.put(
                "mail.imaps.ssl.socketFactory",
                keeper.sslSocketFactory(TestCertificate.ofThisJvm().context().getSocketFactory()));
        properties.setProperty("mail.imaps.socketFactory.fallback", "false");

        try (ImapServer server = ImapServer.tls();
                Store store = connect(properties, "imaps", server)) {
            assertThat(store.isConnected()).isTrue();
            Evidence.assertKept("Jakarta Mail, TLS", server.clientPort(), server.port());
        }
    }

    @Test
    void alone_isNotKept() throws Exception {
        try (ImapServer server = ImapServer.plain();
                Store store = connect(new Properties(), "imap", server)) {
            assertThat(store.isConnected()).isTrue();
            Evidence.assertNotKept("Jakarta Mail alone", server.clientPort(), server.port());
        }
    }

    /** Without the setting, a bad policy gives a plain socket and no word. */
    @Test
    void badPolicy_failsOnlyWithoutFallback() throws Exception {
        System.setProperty("keepalive.policy", "idel=3s");
        Properties properties = new Properties();
        properties.setProperty("mail.imap.socketFactory.class", FACTORY);
        try (ImapServer server = ImapServer.plain()) {
            try (Store store = connect(properties, "imap", server)) {
                assertThat(store.isConnected()).isTrue();
                Evidence.assertNotKept(
                        "Jakarta Mail, bad policy, with its fallback", server.clientPort(), server.port());
            }
            properties.setProperty("mail.imap.socketFactory.fallback", "false");
            assertThatExceptionOfType(MessagingException.class)
                    .isThrownBy(() -> connect(properties, "imap", server))
                    .withStackTraceContaining("system property keepalive.policy: keepalive policy 'idel=3s'");
        }
    }

    /** It puts the connections of idle folders into a selector, and needs their channels. */
    @Test
    void idleManager_channelSockets_areKept_andMailArrives() throws Exception {
        Properties properties = new Properties();
        properties.put("mail.imap.socketFactory", keeper.channelSocketFactory());
        properties.setProperty("mail.imap.usesocketchannels", "true");
        properties.setProperty("mail.imap.socketFactory.fallback", "false");
        AtomicInteger arrived = new AtomicInteger();
        ExecutorService executor = Executors.newCachedThreadPool();
        Session session = Session.getInstance(properties);
        try (ImapServer server = ImapServer.plain();
                Store store = session.getStore("imap")) {
            IdleManager idleManager = new IdleManager(session, executor);
            store.connect("127.0.0.1", server.port(), "test", "test");
            Folder folder = store.getFolder("INBOX");
            folder.open(Folder.READ_ONLY);
            folder.addMessageCountListener(new MessageCountAdapter() {
                @Override
                public void messagesAdded(MessageCountEvent event) {
                    arrived.addAndGet(event.getMessages().length);
                }
            });
            idleManager.watch(folder);
            server.deliver();
            await().until(() -> arrived.get() == 1);

            Evidence.assertKept("Jakarta Mail, IdleManager", server.clientPort(), server.port());
            idleManager.stop();
        } finally {
            executor.shutdownNow();
        }
    }

    /** What the factory without channels gives: an error, at least. */
    @Test
    void idleManager_otherSockets_areRefused() throws Exception {
        Properties properties = new Properties();
        properties.put("mail.imap.socketFactory", keeper.socketFactory());
        properties.setProperty("mail.imap.usesocketchannels", "true");
        ExecutorService executor = Executors.newCachedThreadPool();
        Session session = Session.getInstance(properties);
        try (ImapServer server = ImapServer.plain();
                Store store = session.getStore("imap")) {
            IdleManager idleManager = new IdleManager(session, executor);
            store.connect("127.0.0.1", server.port(), "test", "test");
            Folder folder = store.getFolder("INBOX");
            folder.open(Folder.READ_ONLY);

            assertThatExceptionOfType(MessagingException.class).isThrownBy(() -> idleManager.watch(folder));
            idleManager.stop();
        } finally {
            executor.shutdownNow();
        }
    }

    private static Store connect(Properties properties, String protocol, ImapServer server) throws MessagingException {
        Store store = Session.getInstance(properties).getStore(protocol);
        store.connect("localhost", server.port(), "test", "test");
        return store;
    }
}
