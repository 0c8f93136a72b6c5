package io.keepalive.sample;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring AMQP. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("spring.rabbitmq.port")
class RabbitClient {
    @Bean
    Client rabbit(@Value("${spring.rabbitmq.port}") int port, RabbitTemplate template) {
        return new Client(
                "Spring AMQP",
                port,
                () -> template.execute(channel -> channel.queueDeclare("", false, true, true, null)));
    }
}
