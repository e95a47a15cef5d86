use crate::named::named_enum;

named_enum! {
    /// The kinds of events.
    "event kind" enum EventKind {
        /// A person submitted a form.
        FormSubmitted = "form.submitted",
        /// A transcript of a meeting is ready.
        MeetingTranscribed = "meeting.transcribed",
        /// A telephone call ended.
        CallEnded = "call.ended",
        /// A mail or a chat message arrived.
        EmailReceived = "email.received",
        /// A file was uploaded.
        FileUploaded = "file.uploaded",
        /// An invoice was paid.
        InvoicePaid = "invoice.paid",
        /// A payment did not go through.
        PaymentFailed = "payment.failed",
        /// An amount is no longer owed or expected, for another reason than its payment.
        PaymentClosed = "payment.closed",
        /// An appointment was made or moved.
        BookingCreated = "booking.created",
        /// An appointment was canceled.
        BookingCanceled = "booking.canceled",
        /// A supplier answered.
        VendorReplied = "vendor.replied",
        /// A support case was escalated.
        SupportEscalated = "support.escalated",
        /// A support case was solved or closed.
        SupportSolved = "support.solved",
        /// An automated workflow failed or recovered.
        AutomationFailed = "automation.failed",
        /// A record moved to another stage.
        RecordStageChanged = "record.stage_changed",
        /// Records of another tool became one.
        RecordMerged = "record.merged",
    }
}
