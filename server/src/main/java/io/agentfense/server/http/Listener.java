package io.agentfense.server.http;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import com.linecorp.armeria.server.healthcheck.HealthCheckService;
import com.linecorp.armeria.server.healthcheck.HealthChecker;
import com.linecorp.armeria.server.prometheus.PrometheusExpositionService;
import io.agentfense.server.config.ListenAddress;
import io.agentfense.server.config.ListenConfig;
import io.agentfense.server.config.TcpAddress;
import io.agentfense.server.config.TlsConfig;
import io.agentfense.server.config.UnixAddress;
import io.agentfense.server.openapi.OpenApi;
import io.agentfense.server.telemetry.CallSpans;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Puts the services on the network: gRPC, the same as JSON, health, metrics and documentation, on every address alike. */
public final class Listener {
    /** Per message, as gRPC servers have it by default. */
    private static final int MESSAGE_BYTES = 4 << 20;

    private static final Duration IDLE = Duration.ofMinutes(10);

    private final ListenConfig config;
    private final List<BindableService> services;
    private final List<ServerInterceptor> interceptors;
    private final Map<String, HttpService> others;
    private final Optional<CallSpans> spans;

    /**
     * A listener, not yet listening.
     *
     * @param interceptors stand before every call of gRPC and of its JSON form, the first outermost
     * @param others what REST has beside that, by path; each lets its callers in by itself
     * @param spans trace the calls
     */
    public Listener(
            ListenConfig config,
            List<BindableService> services,
            List<ServerInterceptor> interceptors,
            Map<String, HttpService> others,
            Optional<CallSpans> spans) {
        this.config = config;
        this.services = List.copyOf(services);
        this.interceptors = List.copyOf(interceptors);
        this.others = Map.copyOf(others);
        this.spans = spans;
    }

    /**
     * Starts the server.
     *
     * @param longestCall after which a call that streams nothing is cut off
     * @param drain how long calls may go on once the server is told to stop
     * @param ready whether the server can do its work at present
     * @throws IOException if it cannot listen at one of its addresses
     */
    public Server start(
            BlockingTaskExecutor executor,
            PrometheusMeterRegistry metrics,
            HealthChecker ready,
            Duration longestCall,
            Duration drain)
            throws IOException {
        ServerBuilder builder = Server.builder()
                .blockingTaskExecutor(executor, true)
                .requestTimeout(longestCall)
                .maxRequestLength(0)
                .idleTimeout(IDLE)
                .bossGroupFactory(AcceptLoop::new)
                .connectionDrainDuration(Duration.ZERO)
                .gracefulShutdownTimeout(Duration.ZERO, drain)
                .meterRegistry(metrics)
                .verboseResponses(false);
        for (ListenAddress address : addresses()) {
            listen(builder, address);
        }
        config.tls().ifPresent(tls -> encrypt(builder, tls));
        // Before their ids are put in the log, since the trace is one of them.
        spans.ifPresent(calls -> calls.of(builder));
        RequestIds.inLogOf(builder);
        RestErrors errors = new RestErrors();
        builder.errorHandler(errors);
        builder.service(grpc(errors), service -> new UnhurriedEnd(new LenientContentType(new StrictJson(service))));
        builder.service(oldReflection());
        others.forEach(builder::service);
        builder.service(
                "/healthz", (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, "{\"status\":\"ok\"}"));
        builder.service(
                "/health", (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, "{\"status\":\"ok\"}"));
        builder.service(
                "/readyz",
                HealthCheckService.builder().checkers(ready).longPolling(0).build());
        builder.service("/metrics", metrics(metrics));
        builder.service("/version", (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, Version.json()));
        String document = OpenApi.of(descriptors(), Version.TEXT);
        builder.service("/openapi.json", (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, document));
        builder.serviceUnder("/docs", DocService.builder().build());
        boolean loopback = addresses().stream().allMatch(ListenAddress::isLoopback);
        builder.decorator(delegate -> new RequestIds(new BrowserGuard(delegate, loopback)));
        return started(builder.build());
    }

    private Server started(Server server) throws IOException {
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw new IOException(
                    "can't listen on " + addresses() + ": " + Exceptions.peel(e).getMessage(), e);
        }
        try {
            for (ListenAddress address : addresses()) {
                if (address instanceof UnixAddress socket) {
                    SocketFile.restrict(socket);
                }
            }
        } catch (IOException e) {
            server.stop().join();
            throw e;
        }
        return server;
    }

    /** Some meters ask the store, for which no thread of the network may wait. */
    private static HttpService metrics(PrometheusMeterRegistry metrics) {
        return PrometheusExpositionService.of(metrics.getPrometheusRegistry())
                .decorate((exposition, context, request) -> HttpResponse.of(
                        () -> {
                            try {
                                return exposition.serve(context, request);
                            } catch (Exception e) {
                                return HttpResponse.ofFailure(e);
                            }
                        },
                        context.blockingTaskExecutor()));
    }

    private List<ServiceDescriptor> descriptors() {
        return services.stream()
                .map(service -> service.bindService().getServiceDescriptor().getSchemaDescriptor())
                .map(schema -> ((ProtoServiceDescriptorSupplier) schema).getServiceDescriptor())
                .toList();
    }

    private Set<ListenAddress> addresses() {
        Set<ListenAddress> addresses = new LinkedHashSet<>();
        addresses.add(config.grpcAddress());
        config.httpAddress().ifPresent(addresses::add);
        return addresses;
    }

    private void listen(ServerBuilder builder, ListenAddress address) throws IOException {
        InetSocketAddress socket = switch (address) {
            case TcpAddress tcp when tcp.host().isEmpty() -> new InetSocketAddress(tcp.port());
            case TcpAddress tcp -> new InetSocketAddress(tcp.host(), tcp.port());
            case UnixAddress unix -> {
                SocketFile.clear(unix);
                yield DomainSocketAddress.of(unix.path());
            }
        };
        builder.port(socket, config.tls().isEmpty() ? SessionProtocol.HTTP : SessionProtocol.HTTPS);
    }

    private static void encrypt(ServerBuilder builder, TlsConfig tls) {
        builder.tls(TlsKeyPair.of(tls.key().toFile(), tls.certificate().toFile()));
        tls.clientAuthority()
                .ifPresent(authority -> builder.tlsCustomizer(context ->
                        context.trustManager(authority.toFile()).clientAuth(io.netty.handler.ssl.ClientAuth.REQUIRE)));
    }

    private GrpcService grpc(RestErrors errors) {
        HttpJsonTranscodingOptions transcoding = HttpJsonTranscodingOptions.builder()
                .queryParamMatchRules(
                        HttpJsonTranscodingQueryParamMatchRule.ORIGINAL_FIELD,
                        HttpJsonTranscodingQueryParamMatchRule.JSON_NAME)
                .errorHandler(errors)
                .build();
        return GrpcService.builder()
                .addServiceDefinitions(
                        services.stream().map(BindableService::bindService).toList())
                .addService(ProtoReflectionServiceV1.newInstance())
                .enableHealthCheckService(true)
                .intercept(lastFirst())
                .supportedSerializationFormats(GrpcSerializationFormats.PROTO, GrpcSerializationFormats.JSON)
                .jsonMarshallerFactory(_ -> new ApiJson())
                .enableHttpJsonTranscoding(transcoding)
                .maxRequestMessageLength(MESSAGE_BYTES)
                .useBlockingTaskExecutor(true)
                .build();
    }

    /** The reflection of clients from before 2023: the same messages under the name that it had then. */
    private GrpcService oldReflection() {
        return GrpcService.builder()
                .addService("/grpc.reflection.v1alpha.ServerReflection", ProtoReflectionServiceV1.newInstance())
                .intercept(lastFirst())
                .useBlockingTaskExecutor(true)
                .build();
    }

    /** As the builder takes them. */
    private List<ServerInterceptor> lastFirst() {
        return interceptors.reversed();
    }
}
