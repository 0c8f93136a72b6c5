/**
 * Auto-configuration for Spring Boot 4: the clients and servers of an application get the policy of {@code
 * keepalive.policy}.
 */
@NullMarked
package io.keepalive.spring.boot;

import org.jspecify.annotations.NullMarked;
