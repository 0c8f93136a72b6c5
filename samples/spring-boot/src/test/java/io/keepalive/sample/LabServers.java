package io.keepalive.sample;

import io.keepalive.lab.Command;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.Host;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The servers of the sample on a host of the lab: those that are installed here. */
final class LabServers {
    private static final Path MARIADB = Path.of("/usr/sbin/mariadbd");
    /** Debian's script in the PATH becomes another user first. */
    private static final Path RABBITMQ = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private final Host host;
    private final Path directory;
    private final List<String> properties = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private LabServers(Host host, Path directory) {
        this.host = host;
        this.directory = directory;
    }

    /** Starts them and waits until they listen. */
    static LabServers start(Host host, Path directory) throws Exception {
        LabServers servers = new LabServers(host, directory);
        servers.postgres();
        servers.redis();
        servers.nginx();
        servers.mariaDb();
        servers.rabbitMq();
        servers.grpc();
        servers.mongoDb();
        servers.sqlServer();
        Awaitility.await().atMost(Duration.ofSeconds(180)).until(servers::allListen);
        return servers;
    }

    /** The settings of the application that use them. */
    List<String> properties() {
        return properties;
    }

    List<Integer> ports() {
        return ports;
    }

    private void redis() {
        redis(6379);
        redis(6380);
        properties.add("--spring.data.redis.host=" + host.address());
        properties.add("--spring.data.redis.port=6379");
        properties.add("--sample.jedis-port=6380");
    }

    private void postgres() throws Exception {
        List<String> command = Postgres.create(directory).command("*", 5432);
        start(command, 5432);
        properties.add("--sample.postgres=jdbc:postgresql://" + host.address() + ":5432/postgres");
    }

    private void redis(int port) {
        start(
                List.of(
                        ServerProgram.REDIS.path().toString(),
                        "--port",
                        Integer.toString(port),
                        "--protected-mode",
                        "no",
                        "--save",
                        "",
                        "--dir",
                        directory.toString()),
                port);
    }

    private void nginx() throws Exception {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> kind + "_temp_path " + directory + "/" + kind + ";")
                .collect(Collectors.joining("\n"));
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                events {}
                http {
                    access_log off;
                    keepalive_timeout 1h;
                    %2$s
                    server {
                        listen 8001;
                        listen 8002;
                        listen 8003;
                        listen 9200;
                        location / { return 200 hello; }
                    }
                }
                """.formatted(directory, temporary));
        start(
                List.of(
                        ServerProgram.NGINX.path().toString(),
                        "-e",
                        "stderr",
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString()),
                8001);
        ports.addAll(List.of(8002, 8003, 9200));
        properties.add("--sample.rest-client=http://" + host.address() + ":8001/");
        properties.add("--sample.web-client=http://" + host.address() + ":8002/");
        properties.add("--sample.jetty-client=http://" + host.address() + ":8003/");
        properties.add("--spring.elasticsearch.uris=http://" + host.address() + ":9200");
    }

    private void mariaDb() {
        if (isMissing(MARIADB, "MariaDB")) {
            return;
        }
        String data = directory.resolve("mariadb").toString();
        host.command("mariadb-install-db", "--no-defaults", "--user=root", "--basedir=/usr", "--datadir=" + data)
                .run()
                .orThrow();
        start(
                List.of(
                        MARIADB.toString(),
                        "--no-defaults",
                        "--user=root",
                        "--datadir=" + data,
                        "--socket=" + directory.resolve("mariadb.sock"),
                        "--pid-file=" + directory.resolve("mariadb.pid"),
                        "--port=3306",
                        "--extra-port=3307",
                        "--extra-max-connections=10",
                        "--skip-grant-tables",
                        "--skip-networking=0",
                        // There is no name server in the lab: each first connection would wait for one.
                        "--skip-name-resolve",
                        "--bind-address=0.0.0.0"),
                3306);
        ports.add(3307);
        properties.add("--sample.mariadb=jdbc:mariadb://" + host.address() + ":3306/mysql");
        properties.add("--sample.mysql=jdbc:mysql://" + host.address() + ":3307/mysql");
    }

    private void rabbitMq() throws Exception {
        if (isMissing(RABBITMQ, "RabbitMQ")) {
            return;
        }
        Path home = Files.createDirectory(directory.resolve("rabbitmq"));
        Path configuration = Files.writeString(home.resolve("rabbitmq.conf"), "loopback_users = none\n");
        Path plugins = Files.writeString(home.resolve("enabled_plugins"), "[].\n");
        start(
                host.command(RABBITMQ.toString())
                        .environment("HOME", home.toString())
                        .environment("RABBITMQ_NODENAME", "sample@localhost")
                        .environment("RABBITMQ_NODE_PORT", "5672")
                        .environment("RABBITMQ_CONFIG_FILE", configuration.toString())
                        .environment("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString())
                        .environment(
                                "RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString())
                        .environment("RABBITMQ_LOG_BASE", home.resolve("log").toString())
                        .environment("RABBITMQ_PID_FILE", home.resolve("pid").toString()),
                5672);
        properties.add("--spring.rabbitmq.host=" + host.address());
        properties.add("--spring.rabbitmq.port=5672");
    }

    private void grpc() {
        host.javaCommand(EchoServer.class, "50051").options("-Xmx64m").start();
        ports.add(50051);
        properties.add("--sample.grpc=" + host.address() + ":50051");
    }

    private void mongoDb() {
        host.javaCommand(MongoDbServer.class, "27017").options("-Xmx64m").start();
        ports.add(27017);
        // By itself the driver asks for the server's state every 10 s: that would be no idle connection.
        properties.add("--spring.mongodb.uri=mongodb://" + host.address() + ":27017/sample?heartbeatFrequencyMS="
                + TimeUnit.HOURS.toMillis(1));
    }

    private void sqlServer() {
        host.javaCommand(SqlServerStub.class, "1433").options("-Xmx32m").start();
        ports.add(1433);
        properties.add("--sample.sqlserver=jdbc:sqlserver://" + host.address() + ":1433;encrypt=false");
    }

    private static boolean isMissing(Path program, String name) {
        if (Files.isExecutable(program)) {
            return false;
        }
        System.err.println("LEFT OUT " + name + ": " + program
                + " is missing here; scripts/install-test-servers --all installs it");
        return true;
    }

    private void start(List<String> command, int port) {
        start(host.command(command.get(0), command.subList(1, command.size()).toArray(String[]::new)), port);
    }

    private void start(Command command, int port) {
        command.directory(directory).start();
        ports.add(port);
    }

    private boolean allListen() {
        CommandResult listening = host.command("ss", "-tlnH").run();
        return ports.stream()
                .allMatch(port -> listening.lines().stream().anyMatch(line -> line.contains(":" + port + " ")));
    }
}
