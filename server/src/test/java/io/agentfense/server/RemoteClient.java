package io.agentfense.server;

import com.linecorp.armeria.client.grpc.GrpcClients;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;

/** A client of a server in another process. */
record RemoteClient(String address) {
    SandboxServiceBlockingStub sandboxes() {
        return client(SandboxServiceBlockingStub.class);
    }

    <T> T client(Class<T> stub) {
        return GrpcClients.builder("gproto+http://" + address)
                .responseTimeoutMillis(0)
                .build(stub);
    }

    String codebase() {
        return client(CodebaseServiceBlockingStub.class)
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("project")
                        .setOwnerId("user")
                        .build())
                .getId();
    }

    ExecResult exec(String sandbox, String command) {
        return sandboxes()
                .exec(ExecRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand(command)
                        .build());
    }
}
