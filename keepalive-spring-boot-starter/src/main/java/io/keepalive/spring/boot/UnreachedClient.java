package io.keepalive.spring.boot;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Clients without a hook, known by a type of bean that only they have. */
enum UnreachedClient {
    KAFKA(
            "kafka",
            "org.springframework.kafka.core.KafkaAdmin",
            "it switches keepalive on with the system's times: set net.ipv4.tcp_keepalive_time, or use the Java agent"),
    JDK_HTTP_CLIENT(
            "jdk-http-client",
            "org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder",
            "put org.apache.httpcomponents.client5:httpclient5 on the class path, or use the Java agent"),
    JDK_HTTP_CONNECTOR(
            "jdk-http-client",
            "org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder",
            "put io.projectreactor.netty:reactor-netty-http on the class path, or use the Java agent"),
    JETTY_HTTP_CLIENT(
            "jetty-http-client",
            "org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder",
            "put org.apache.httpcomponents.client5:httpclient5 on the class path, or use the Java agent"),
    JEDIS(
            "jedis",
            "org.springframework.data.redis.connection.jedis.JedisConnectionFactory",
            "it switches keepalive on with the system's times: use Lettuce, Spring Boot's default, or the Java agent"),
    MONGODB_SYNC(
            "mongodb",
            "com.mongodb.client.MongoClient",
            "it sets idle=120s,interval=10s,count=9 by itself; for anything else use the Java agent"),
    MONGODB_REACTIVE(
            "mongodb-reactive",
            "com.mongodb.reactivestreams.client.MongoClient",
            "it switches keepalive on with the system's times: set net.ipv4.tcp_keepalive_time, or use the Java agent");

    private final String client;
    private final String type;
    private final String remedy;

    UnreachedClient(String client, String type, String remedy) {
        this.client = client;
        this.type = type;
        this.remedy = remedy;
    }

    static void findAll(ListableBeanFactory beans, KeepAliveClients clients) {
        for (UnreachedClient each : values()) {
            if (each.isIn(beans)) {
                clients.unreached(each.client, each.remedy);
            }
        }
    }

    /** Initializes no bean. */
    private boolean isIn(ListableBeanFactory beans) {
        ClassLoader loader = beans.getClass().getClassLoader();
        return ClassUtils.isPresent(type, loader)
                && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
                                        beans, ClassUtils.resolveClassName(type, loader), false, false)
                                .length
                        > 0;
    }
}
