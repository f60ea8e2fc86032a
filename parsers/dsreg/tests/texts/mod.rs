//! Invented outputs of the tool in several generations.

/// A hybrid joined device with a failed token refresh, of a recent generation.
pub(crate) const MODERN: &str = r"
+----------------------------------------------------------------------+
| Device State                                                         |
+----------------------------------------------------------------------+

             AzureAdJoined : YES
          EnterpriseJoined : NO
              DomainJoined : YES
                DomainName : CONTOSO
           Virtual Desktop : NOT SET
               Device Name : DESKTOP-EXMPL01.contoso.example

+----------------------------------------------------------------------+
| Device Details                                                       |
+----------------------------------------------------------------------+

                  DeviceId : 7e0d2b4a-1c9f-4e53-9a86-d51b27c4f908
                Thumbprint : 0F1E2D3C4B5A69788796A5B4C3D2E1F000112233
 DeviceCertificateValidity : [ 2024-02-03 08:15:00.000 UTC -- 2034-02-03 08:45:00.000 UTC ]
            KeyContainerId : c2b7f9e1-5a40-4b6d-8f13-0e9d6c5b4a32
               KeyProvider : Microsoft Platform Crypto Provider
              TpmProtected : YES
          DeviceAuthStatus : FAILED. Device is either disabled or deleted

+----------------------------------------------------------------------+
| Tenant Details                                                       |
+----------------------------------------------------------------------+

                TenantName : Contoso Example
                  TenantId : 3d94c1a7-8e25-4f06-b7d8-62a5f0e3c91b
               AuthCodeUrl : https://login.contoso.example/3d94c1a7-8e25-4f06-b7d8-62a5f0e3c91b/oauth2/authorize
                    MdmUrl :
          MdmComplianceUrl :
                 JoinSrvId : urn:ms-drs:enterpriseregistration.contoso.example

+----------------------------------------------------------------------+
| User State                                                           |
+----------------------------------------------------------------------+

                    NgcSet : YES
                  NgcKeyId : {5b8e1f60-92d3-4c7a-a1e4-f7083d2c6b95}
           WorkplaceJoined : NO
             WamDefaultSet : ERROR (0x80070520)
            WamDefaultGUID : { 1f2e3d4c-5b6a-4798-8695-a4b3c2d1e0ff } (AzureAd)

+----------------------------------------------------------------------+
| SSO State                                                            |
+----------------------------------------------------------------------+

                AzureAdPrt : YES
      AzureAdPrtUpdateTime : 2024-05-06 07:08:09.000 UTC
     RefreshPrtDiagnostics : PRESENT
      Previous Prt Attempt : 2024-05-07 10:11:12.345 UTC
            Attempt Status : 0xc000006d
             User Identity : anna@contoso.example
            Correlation ID : 9a1b2c3d-4e5f-4061-b283-c4d5e6f70819
              Endpoint URI : https://login.contoso.example:443/oauth2/token/
                HTTP Error : 0x0
               HTTP status : 400
         Server Error Code : invalid_grant
  Server Error Description : AADSTS50126: Error validating credentials.
             EnterprisePrt : NO
    EnterprisePrtAuthority : NO
                 OnPremTgt : NO
                  CloudTgt : YES
         KerbTopLevelNames : .contoso.example,.contoso.example:1433

+----------------------------------------------------------------------+
| Diagnostic Data                                                      |
+----------------------------------------------------------------------+

        AadRecoveryEnabled : NO
    Executing Account Name : CONTOSO\anna, anna@contoso.example
               KeySignTest : PASSED

        DisplayNameUpdated : Managed by MDM
      Last HostName Update : NONE
         Frobnication Mode : gentle

+----------------------------------------------------------------------+
| IE Proxy Config for Current User                                     |
+----------------------------------------------------------------------+

      Auto Detect Settings : YES
    Auto-Configuration URL :

+----------------------------------------------------------------------+
| WinHttp Default Proxy Config                                         |
+----------------------------------------------------------------------+

               Access Type : DIRECT

+----------------------------------------------------------------------+
| Ngc Prerequisite Check                                               |
+----------------------------------------------------------------------+

            IsDeviceJoined : YES
    LogonCertTemplateReady : YES ( StateReady )
              PreReqResult : WillNotProvision

For more information, please visit https://www.contoso.example/aadjerrors
";

/// A device before its hybrid join, asked by SYSTEM.
pub(crate) const BEFORE_JOIN: &str = r"
+----------------------------------------------------------------------+
| Device State                                                         |
+----------------------------------------------------------------------+

             AzureAdJoined : NO
          EnterpriseJoined : NO
              DomainJoined : YES

+----------------------------------------------------------------------+
| User State                                                           |
+----------------------------------------------------------------------+

           WorkplaceJoined : NO

+----------------------------------------------------------------------+
| Diagnostic Data                                                      |
+----------------------------------------------------------------------+

Waiting for Diagnostics Task to complete. This could take a few minutes...

     Diagnostics Reference : www.contoso.example/aadjerrors
              User Context : SYSTEM
               Client Time : 2024-03-04 05:06:07.000 UTC
      AD Connectivity Test : PASS
        DRS Discovery Test : FAIL [0x801c0021/0x801c000c]
     DRS Connectivity Test : SKIPPED
     Fallback to Sync-Join : ENABLED

     Previous Registration : 2024-03-04 05:00:00.000 UTC
         Registration Type : sync
               Error Phase : join
          Client ErrorCode : 0x801c03f2
          Server ErrorCode : DirectoryError
            Server Message : The device object by the given id (1b2c3d4e) is not found.
              Https Status : 400
                Request Id : 0a9b8c7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d
";

/// The first generations: one section for device and tenant, tight colons.
pub(crate) const LEGACY: &str = "
+----------------------------------------------------------------------+
| Device State                                                         |
+----------------------------------------------------------------------+

    AzureAdJoined: YES
 EnterpriseJoined: NO
         DeviceId: 7e0d2b4a-1c9f-4e53-9a86-d51b27c4f908
     KeySignTest: : MUST Run elevated to test.
              Idp: login.contoso.example
  dmComplianceUrl: https://portal.contoso.example/?portalAction=Compliance
       NewThing42: yes
     DomainJoined: YES

+----------------------------------------------------------------------+
| User State                                                           |
+----------------------------------------------------------------------+

           NgcSet: NO
  WorkplaceJoined: NO
";

/// What `/debug /join` prints.
pub(crate) const DEBUG: &str = r"dsregcmd::wmain logging initialized.
dsregcmd::wmain logging initialized.
DsrCmdAccountMgr::IsDomainControllerAvailable: DsGetDcName success { domain:contoso.example isDcAvailable:true }
PreJoinChecks Complete.
preCheckResult: Join
isJoined: undefined
keyProvider: undefined
Some sentence that no list has.
AdalLog: Token is not available in the cache ; HRESULT: 0x0
AdalLog:  HRESULT: 0xcaa1000e
Join HTTP status: 400
DsrDeviceAutoJoin failed 0x801c03f2.
DSREGCMD_END_STATUS
             AzureAdJoined : NO
          EnterpriseJoined : NO
";
