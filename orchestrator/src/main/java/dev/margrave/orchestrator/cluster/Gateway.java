package dev.margrave.orchestrator.cluster;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.ArrayList;
import java.util.List;

/** Where workers come in: hands on what they say, and tells them who else is there. */
final class Gateway {
  private Gateway() {}

  /**
   * The gateway of this orchestrator.
   *
   * @param scheduler finds the one that is in charge
   */
  static Behavior<GatewayProtocol.Command> create(
      ActorRef<SchedulerProtocol.Command> scheduler, StageDirectory stages) {
    return Behaviors.setup(
        context -> {
          Cluster cluster = Cluster.get(context.getSystem());
          return Behaviors.receive(GatewayProtocol.Command.class)
              .onMessage(
                  GatewayProtocol.Register.class,
                  message -> {
                    scheduler.tell(message.worker());
                    welcome(cluster, message.replyTo());
                    return Behaviors.same();
                  })
              .onMessage(
                  GatewayProtocol.Unregister.class,
                  message -> {
                    scheduler.tell(message.worker());
                    welcome(cluster, message.replyTo());
                    return Behaviors.same();
                  })
              .onMessage(
                  GatewayProtocol.Report.class,
                  message -> {
                    WorkerProtocol.Delivery delivery = message.delivery();
                    stages.tell(delivery.report().attempt().stage(), delivery);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** One that is not yet, or no more, in the cluster is silent: that sends the worker elsewhere. */
  private static void welcome(Cluster cluster, ActorRef<GatewayProtocol.Welcome> worker) {
    if (cluster.selfMember().status().equals(MemberStatus.up())) {
      worker.tell(new GatewayProtocol.Welcome(orchestrators(cluster)));
    }
  }

  private static List<String> orchestrators(Cluster cluster) {
    List<String> addresses = new ArrayList<>();
    for (Member member : cluster.state().getMembers()) {
      if (member.status().equals(MemberStatus.up())
          && !cluster.state().getUnreachable().contains(member)) {
        Address address = member.address();
        addresses.add(address.host().get() + ":" + address.port().get());
      }
    }
    return addresses;
  }
}
