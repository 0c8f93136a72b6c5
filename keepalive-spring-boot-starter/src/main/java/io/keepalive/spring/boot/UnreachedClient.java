package io.keepalive.spring.boot;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.util.ClassUtils;

/** Clients without a hook, or that the application made by itself, known by a type of bean that only they have. */
enum UnreachedClient {
    KAFKA(
            "kafka",
            "org.springframework.kafka.core.KafkaAdmin",
            null,
            "it switches keepalive on with the system's times: set net.ipv4.tcp_keepalive_time, or use the Java agent"),
    JDK_HTTP_CLIENT(
            "jdk-http-client",
            "org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder",
            null,
            "put org.apache.httpcomponents.client5:httpclient5 on the class path, or use the Java agent"),
    JDK_HTTP_CONNECTOR(
            "jdk-http-client",
            "org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder",
            null,
            "put io.projectreactor.netty:reactor-netty-http on the class path, or use the Java agent"),
    JEDIS(
            "jedis",
            "org.springframework.data.redis.connection.jedis.JedisConnectionFactory",
            KeptClient.JEDIS,
            "the starter keeps the connection factory that Spring Boot makes (Jedis from 7.2); or use the Java agent"),
    MONGODB_SYNC(
            "mongodb",
            "com.mongodb.client.MongoClient",
            KeptClient.MONGODB,
            "it sets idle=120s,interval=10s,count=9 by itself; for anything else give it a Netty transport"
                    + " (MongoClientSettings.transportSettings), which the starter keeps, or use the Java agent"),
    MONGODB_REACTIVE(
            "mongodb-reactive",
            "com.mongodb.reactivestreams.client.MongoClient",
            KeptClient.MONGODB,
            "it switches keepalive on with the system's times: put io.netty:netty-transport on the class path, and Spring"
                    + " Boot gives it a Netty transport, which the starter keeps; or use the Java agent"),
    GRPC_SHADED(
            "grpc-netty-shaded",
            "org.springframework.grpc.client.ShadedNettyGrpcChannelFactory",
            null,
            "replace io.grpc:grpc-netty-shaded by io.grpc:grpc-netty, which the starter keeps, or use the Java agent");

    private final String client;
    private final String type;
    private final @Nullable KeptClient hook;
    private final String remedy;

    UnreachedClient(String client, String type, @Nullable KeptClient hook, String remedy) {
        this.client = client;
        this.type = type;
        this.hook = hook;
        this.remedy = remedy;
    }

    static void findAll(ListableBeanFactory beans, KeepAliveClients clients) {
        for (UnreachedClient each : values()) {
            if (each.hook == null ? each.beans(beans).length > 0 : each.isWithoutItsHook(beans, clients, each.hook)) {
                clients.unreached(each.client, each.remedy);
            }
        }
    }

    /** Some of the beans that exist were made without the hook. One that is made later is not known yet. */
    private boolean isWithoutItsHook(ListableBeanFactory beans, KeepAliveClients clients, KeptClient hook) {
        int made = made(beans);
        if (made == 0) {
            return false;
        }
        Optional<ClientKeeper> keeper = clients.keeper(hook);
        return keeper.isPresent() && made > keeper.get().clients();
    }

    private int made(ListableBeanFactory beans) {
        int made = 0;
        if (beans instanceof SingletonBeanRegistry singletons) {
            for (String name : beans(beans)) {
                if (singletons.containsSingleton(name)) {
                    made++;
                }
            }
        }
        return made;
    }

    /** Initializes no bean. */
    private String[] beans(ListableBeanFactory beans) {
        ClassLoader loader = beans.getClass().getClassLoader();
        return ClassUtils.isPresent(type, loader)
                ? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
                        beans, ClassUtils.resolveClassName(type, loader), false, false)
                : new String[0];
    }
}
